import { counter, gauge } from '@murmuration/telemetry'
import { ruleNames } from './domain/rules.ts'

const checks = counter('risk.check.count', { description: 'Payments judged, by level and outcome', unit: '{payment}' })
const spoken = counter('risk.rule.count', { description: 'Payments that a rule spoke of', unit: '{payment}' })

const WINDOW_MINUTES = 5
const recent: { minute: number; judged: number; rejected: number }[] = []

gauge(
  'risk.rejection_rate',
  () => {
    const since = Math.floor(Date.now() / 60_000) - WINDOW_MINUTES
    const within = recent.filter(({ minute }) => minute > since)
    const judged = within.reduce((sum, each) => sum + each.judged, 0)
    return judged === 0 ? 0 : within.reduce((sum, each) => sum + each.rejected, 0) / judged
  },
  { description: 'Share of payments that were rejected in the last five minutes', unit: '1' },
)

interface Handled {
  readonly emitted: readonly { readonly type: string; readonly data: unknown }[]
}

/** The runtime's hook. */
export function countHandled({ emitted }: Handled): void {
  for (const { type, data } of emitted) {
    const rejected = type === 'PaymentRiskRejected'
    const { level, reasons } = data as { level: string; reasons: readonly string[] }
    checks.add(1, { level, outcome: rejected ? 'rejected' : 'cleared' })
    for (const rule of ruleNames) if (reasons.includes(rule)) spoken.add(1, { rule })
    remember(rejected)
  }
}

function remember(rejected: boolean): void {
  const minute = Math.floor(Date.now() / 60_000)
  let current = recent.at(-1)
  if (current?.minute !== minute) {
    current = { minute, judged: 0, rejected: 0 }
    recent.push(current)
    if (recent.length > WINDOW_MINUTES) recent.shift()
  }
  current.judged++
  if (rejected) current.rejected++
}
