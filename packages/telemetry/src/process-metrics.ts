import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { metrics } from '@opentelemetry/api'

const MS_IN_NS = 1e6

/** Registers what tells a sick process from a busy one: memory (bytes), CPU (s), event loop delay (s) and utilisation (0..1). */
export const registerProcessMetrics = (): void => {
  const meter = metrics.getMeter('@murmuration/telemetry')
  const rss = meter.createObservableGauge('process.memory.usage', { unit: 'By', description: 'Resident set size' })
  const heap = meter.createObservableGauge('v8js.memory.heap.used', { unit: 'By', description: 'Heap in use' })
  const cpu = meter.createObservableCounter('process.cpu.time', { unit: 's', description: 'CPU seconds by mode' })
  const delay = meter.createObservableGauge('nodejs.eventloop.delay', { unit: 's', description: 'Event loop delay since the last scrape' })
  const busy = meter.createObservableGauge('nodejs.eventloop.utilization', { unit: '1', description: 'Busy part since the last scrape' })
  // Each look is a wake-up of the process: ten a second tell a blocked loop just as well as fifty.
  const histogram = monitorEventLoopDelay({ resolution: 100 })
  histogram.enable()
  let last = performance.eventLoopUtilization()
  meter.addBatchObservableCallback(
    (result) => {
      const memory = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      result.observe(rss, memory.rss)
      result.observe(heap, memory.heapUsed)
      result.observe(cpu, user / MS_IN_NS, { 'cpu.mode': 'user' })
      result.observe(cpu, system / MS_IN_NS, { 'cpu.mode': 'system' })
      for (const percentile of [50, 99, 100]) {
        result.observe(delay, histogram.count > 0 ? histogram.percentile(percentile) / 1e9 : 0, { percentile: String(percentile) })
      }
      histogram.reset()
      const now = performance.eventLoopUtilization()
      result.observe(busy, performance.eventLoopUtilization(now, last).utilization)
      last = now
    },
    [rss, heap, cpu, delay, busy],
  )
}
