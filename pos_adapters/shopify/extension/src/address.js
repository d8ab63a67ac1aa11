// The address that `loyalty connect shopify` printed, whole.
export const ADDRESS = "https://regulars.example/hooks/shopify/…";
