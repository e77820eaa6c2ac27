import { type Histogram, metrics } from '@opentelemetry/api'
import { DURATION_BUCKETS, METRIC } from './conventions.ts'
import { perScope } from './scope.ts'

type Forbidden = 'user.id' | 'request.id' | 'session.id' | 'order.id' | 'payment.id' | 'saga.id'
/** Labels of a measurement: few values each. Identifiers are refused by the compiler. */
export type Labels = { [name: string]: string | number | boolean | undefined } & { [Name in Forbidden]?: never }

/** UCUM unit (`s`, `By`, `1`, `{order}`) and the sentence that `/metrics` shows. */
export type MetricOptions = { description: string; unit?: string }

const NAME = /^[a-z][a-z0-9]*(?:[._][a-z0-9]+)*$/
const known = new Map<string, { name: string; kind: string }>()

const meter = () => metrics.getMeter('@murmuration/telemetry')

const claim = (name: string, kind: string): void => {
  if (!NAME.test(name) || name.length > 200) throw new Error(`"${name}" is not a metric name: lower case words joined by dots`)
  // Prometheus sees underscores for dots, so two names that differ only there would be one.
  const seen = known.get(name.replaceAll('.', '_'))
  if (seen && (seen.name !== name || seen.kind !== kind))
    throw new Error(`metric "${name}" (${kind}) clashes with "${seen.name}" (${seen.kind})`)
  known.set(name.replaceAll('.', '_'), { name, kind })
}

const keyOf = (labels: Labels): string => {
  let key = ''
  for (const name in labels) key += `${name}\0${labels[name]}\0`
  return key
}

/**
 * A counter. In Prometheus: underscores for dots, and `_total` at the end. Throws on a bad or clashing name. The sums are kept here and read at every scrape:
 * the SDK's own counter sorts and hashes the labels at each call, which is the dearer part of counting messages.
 */
export const counter = (name: string, options: MetricOptions) => {
  claim(name, 'counter')
  const own = perScope(() => {
    const sums = new Map<string, { labels: Labels; value: number }>()
    meter()
      .createObservableCounter(name, options)
      .addCallback((result) => {
        for (const sum of sums.values()) result.observe(sum.value, sum.labels)
      })
    return sums
  })
  return {
    /** Adds 1, or `value` (>= 0). */
    add: (value = 1, labels: Labels = {}): void => {
      const sums = own()
      const key = keyOf(labels)
      const sum = sums.get(key)
      if (sum === undefined) sums.set(key, { labels, value })
      else sum.value += value
    },
  }
}

/** A histogram; by default of seconds in {@link DURATION_BUCKETS}. Throws on a bad or clashing name. */
export const histogram = (name: string, { buckets = DURATION_BUCKETS, ...options }: MetricOptions & { buckets?: number[] }) => {
  claim(name, 'histogram')
  let instrument: Histogram | undefined
  return {
    record: (value: number, labels?: Labels): void => {
      instrument ??= meter().createHistogram(name, { unit: 's', ...options, advice: { explicitBucketBoundaries: buckets } })
      instrument.record(value, labels)
    },
  }
}

/** One value of a gauge, or several that differ by label. */
export type Reading = number | readonly { value: number; labels?: Labels }[]

/** A gauge that is read at every scrape. `read` must be quick; when it throws, the scrape goes on without it. */
export const gauge = (name: string, read: () => Reading | Promise<Reading>, options: MetricOptions = { description: '' }): void => {
  claim(name, 'gauge')
  meter()
    .createObservableGauge(name, options)
    .addCallback(async (result) => {
      const reading = await read()
      if (typeof reading === 'number') result.observe(reading)
      else for (const { value, labels } of reading) result.observe(value, labels)
    })
}

/** Seconds that handling one message took; the client metrics of messaging come from the kafkajs instrumentation. */
export const processDuration = histogram(METRIC.processDuration, { description: 'Duration of handling a message' })
