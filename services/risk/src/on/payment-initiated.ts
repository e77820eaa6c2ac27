import { on } from '@murmuration/choreography'
import { PaymentInitiated, PaymentRiskCleared, PaymentRiskRejected } from '@murmuration/contracts'
import { inSpan } from '@murmuration/telemetry'
import { conclude, judgedBefore } from '../domain/assessment.ts'
import { evaluate } from '../domain/evaluation.ts'
import { withPayment } from '../domain/profile.ts'
import { ruleNames, rulesFrom } from '../domain/rules.ts'
import { assessments, profiles, rules } from '../store/tables.ts'

export const onPaymentInitiated = on(PaymentInitiated, {
  emits: [PaymentRiskCleared, PaymentRiskRejected],
  span: 'risk.check',
  reads: ({ data }) => ({ assessment: assessments.one(data.paymentId), profile: profiles.one(data.userId), rules: rules.many(ruleNames) }),
  decide({ data }, rows, { now }) {
    const judged = judgedBefore(rows.assessment, data)
    if (judged !== undefined) return judged
    const { userId, amount, country } = data
    const profile = withPayment(rows.profile ?? { userId, minutes: [] }, amount, now)
    const verdict = inSpan('risk.evaluate', (span) => {
      const { score, level, reasons } = evaluate(rulesFrom(rows.rules), { userId, amount, country, profile, now })
      span.setAttributes({ 'risk.score': score, 'risk.level': level, 'risk.reasons': [...reasons] })
      return { score, level, reasons }
    })
    return conclude(data, verdict, profile, now)
  },
})
