import { counter, gauge } from '@murmuration/telemetry'
import { ruleNames } from './domain/rules.ts'

const checks = counter('risk.check.count', { description: 'Payments judged, by level and outcome', unit: '{payment}' })
const spoken = counter('risk.rule.count', { description: 'Payments that a rule spoke of', unit: '{payment}' })

const WINDOW_MINUTES = 5

interface Handled {
  readonly emitted: readonly { readonly type: string; readonly data: unknown }[]
}

/** The runtime's hook. Call it once: it also exposes the rate of rejections of the last minutes. */
export function riskMetrics(): (handled: Handled) => void {
  const { rate, remember } = recentRejections()
  gauge('risk.rejection_rate', rate, { description: 'Share of payments that were rejected in the last five minutes', unit: '1' })
  return ({ emitted }) => {
    for (const { type, data } of emitted) {
      const rejected = type === 'PaymentRiskRejected'
      const { level, reasons } = data as { level: string; reasons: readonly string[] }
      checks.add(1, { level, outcome: rejected ? 'rejected' : 'cleared' })
      for (const rule of ruleNames) if (reasons.includes(rule)) spoken.add(1, { rule })
      remember(rejected)
    }
  }
}

function recentRejections() {
  const recent: { minute: number; judged: number; rejected: number }[] = []
  const thisMinute = () => Math.floor(Date.now() / 60_000)
  return {
    rate() {
      const since = thisMinute() - WINDOW_MINUTES
      const within = recent.filter(({ minute }) => minute > since)
      const judged = within.reduce((sum, each) => sum + each.judged, 0)
      return judged === 0 ? 0 : within.reduce((sum, each) => sum + each.rejected, 0) / judged
    },
    remember(rejected: boolean) {
      const minute = thisMinute()
      let current = recent.at(-1)
      if (current?.minute !== minute) {
        current = { minute, judged: 0, rejected: 0 }
        recent.push(current)
        if (recent.length > WINDOW_MINUTES) recent.shift()
      }
      current.judged++
      if (rejected) current.rejected++
    },
  }
}
