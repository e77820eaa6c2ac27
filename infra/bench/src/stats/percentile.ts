/**
 * The smallest of the values that at least `share` of them do not exceed (nearest rank): always a value that was measured, never an
 * interpolated one. NaN when there are none.
 *
 * @param share from 0 to 1, e.g. 0.99
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).sort()
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

/** What is reported of a list of durations, in ms, to a tenth. Null where nothing was measured. */
export interface Spread {
  readonly count: number
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

export const tenth = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 10) / 10 : null)

export const spreadOf = (values: readonly number[]): Spread => ({
  count: values.length,
  p50: tenth(percentile(values, 0.5)),
  p99: tenth(percentile(values, 0.99)),
  max: tenth(percentile(values, 1)),
})
