import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'

const MS_IN_NS = 1e6
const LOOK_EVERY_MS = 1_000

type EventLoop = { delays: { percentile: number; seconds: number }[]; busy: number }

let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined
let before = performance.eventLoopUtilization()
let seen: { at: number; loop: EventLoop } | undefined

/** Since the last look; those who ask within a second, as the services of one process do, see the same. */
const eventLoop = (): EventLoop => {
  if (seen !== undefined && performance.now() - seen.at < LOOK_EVERY_MS) return seen.loop
  // Each look of its own is a wake-up of the process: ten a second tell a blocked loop just as well as fifty.
  histogram ??= monitorEventLoopDelay({ resolution: 100 })
  histogram.enable()
  const { count } = histogram
  const secondsAt = (percentile: number): number => (count > 0 ? (histogram?.percentile(percentile) ?? 0) / 1e9 : 0)
  const delays = [50, 99, 100].map((percentile) => ({ percentile, seconds: secondsAt(percentile) }))
  histogram.reset()
  const now = performance.eventLoopUtilization()
  const busy = performance.eventLoopUtilization(now, before).utilization
  before = now
  seen = { at: performance.now(), loop: { delays, busy } }
  return seen.loop
}

/**
 * Registers what tells a sick process from a busy one: memory (bytes), CPU (s), event loop delay (s) and utilisation (0..1). Services that share a process
 * show the same: `process_pid` in `target_info` tells.
 */
export const registerProcessMetrics = (meter: Meter): void => {
  const rss = meter.createObservableGauge('process.memory.usage', { unit: 'By', description: 'Resident set size' })
  const heap = meter.createObservableGauge('v8js.memory.heap.used', { unit: 'By', description: 'Heap in use' })
  const cpu = meter.createObservableCounter('process.cpu.time', { unit: 's', description: 'CPU seconds by mode' })
  const delay = meter.createObservableGauge('nodejs.eventloop.delay', { unit: 's', description: 'Event loop delay since the last scrape' })
  const busy = meter.createObservableGauge('nodejs.eventloop.utilization', { unit: '1', description: 'Busy part since the last scrape' })
  eventLoop()
  meter.addBatchObservableCallback(
    (result) => {
      const memory = process.memoryUsage()
      const { user, system } = process.cpuUsage()
      result.observe(rss, memory.rss)
      result.observe(heap, memory.heapUsed)
      result.observe(cpu, user / MS_IN_NS, { 'cpu.mode': 'user' })
      result.observe(cpu, system / MS_IN_NS, { 'cpu.mode': 'system' })
      const loop = eventLoop()
      for (const { percentile, seconds } of loop.delays) result.observe(delay, seconds, { percentile: String(percentile) })
      result.observe(busy, loop.busy)
    },
    [rss, heap, cpu, delay, busy],
  )
}
