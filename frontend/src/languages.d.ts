/** Made by catalogue.ts: for each language that there is, how to load one screen's texts in it. */
declare module "virtual:words/*" {
  const languages: import("./words").Languages;
  export default languages;
}
