/**
 * The sum over all series of a metric in Prometheus's text; undefined when it is not there. `name` may lack the unit that the exporter appends
 * (`choreography_outbox_age` finds `choreography_outbox_age_seconds`).
 * @param label only series with it, e.g. `outcome="contradiction"`
 */
export function metricOf(text: string, name: string, label = ''): number | undefined {
  let sum: number | undefined
  for (const line of text.split('\n')) {
    const match = /^([a-z0-9_]+)(\{.*\})? ([^ ]+)/i.exec(line)
    if (match === null || !isName(match[1] as string, name) || !(match[2] ?? '').includes(label)) continue
    const value = Number(match[3])
    if (Number.isFinite(value)) sum = (sum ?? 0) + value
  }
  return sum
}

const isName = (found: string, wanted: string): boolean =>
  found === wanted ||
  (found.startsWith(`${wanted}_`) && /^_(seconds|total|events|messages|effects|spans)(_total)?$/.test(found.slice(wanted.length)))
