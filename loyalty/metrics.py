"""Figures for Prometheus: what waits, what is connected, what the line has done."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loyalty.hub import Hub
from loyalty.writer import Writer


class House(Collector):
    """Read when asked; nothing is counted twice."""

    def __init__(self, writer: Writer, hub: Hub, worker: str) -> None:
        self._writer = writer
        self._hub = hub
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        """Of several workers each says which it is: who asks next may be answered by another."""
        for metric in self._figures():
            if self._worker:
                metric.samples = [one._replace(labels={"worker": self._worker}) for one in metric.samples]
            yield metric

    def _figures(self) -> Iterable[Metric]:
        counts = self._writer.counts
        yield GaugeMetricFamily("regulars_waiting", "Deliveries waiting for the line", value=self._writer.waiting)
        yield GaugeMetricFamily("regulars_screens", "Counter screens connected", value=self._hub.count)
        yield CounterMetricFamily("regulars_commits", "Commits of the line", value=counts.commits)
        yield CounterMetricFamily("regulars_deliveries", "Deliveries worked on", value=counts.deliveries)
        yield CounterMetricFamily("regulars_duplicates", "Deliveries that had come before", value=counts.duplicates)
        yield CounterMetricFamily("regulars_set_aside", "Deliveries that could not be understood", value=counts.aside)
        yield CounterMetricFamily("regulars_messages", "Messages to screens", value=counts.messages)


def watch(writer: Writer, hub: Hub, worker: str = "") -> Callable[[], None]:
    """Shows this house; the answer stops showing it."""
    collector = House(writer, hub, worker)
    REGISTRY.register(collector)
    return lambda: REGISTRY.unregister(collector)
