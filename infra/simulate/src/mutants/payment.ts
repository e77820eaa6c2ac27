import { PaymentRefundRequested } from '@murmuration/contracts'
import type { Payment } from '@murmuration/payment/domain/payment'
import type { Mutant } from './mutant.ts'
import { acted, redecide } from './wrap.ts'

interface Rows {
  readonly payment: Payment | undefined
}

export const paymentMutants: readonly Mutant[] = [
  {
    name: 'refund-doubled',
    breaks: 'a cancelled order’s payment is refunded twice',
    definition: redecide('payment', ['OrderCancelled'], (decide) => (input, rows, facts) => {
      const decision = decide(input, rows, facts)
      const changed = acted(decision)
      const request = changed?.events?.find(({ event }) => event.type === PaymentRefundRequested.type)
      const after = (changed?.rows as { payment?: Payment } | undefined)?.payment
      const refund = after?.refunds.at(-1)
      if (changed === undefined || request === undefined || after === undefined || refund === undefined) return decision
      const refundId = facts.newId()
      const again = { ...request, data: { ...(request.data as object), refundId } }
      return {
        ...changed,
        rows: { payment: { ...after, refunds: [...after.refunds, { ...refund, refundId }] } },
        events: [...(changed.events ?? []), again],
      }
    }),
  },
  {
    name: 'cancelled-without-refund',
    breaks: 'an order that was paid is cancelled, and the money stays',
    definition: redecide(
      'payment',
      ['OrderCancelled'],
      (decide) =>
        (input, { payment }: Rows, facts) =>
          payment?.status === 'success' ? { ignored: 'the money is ours' } : decide(input, { payment }, facts),
    ),
  },
  {
    name: 'late-capture-kept',
    breaks: 'a capture that comes after the order’s end is not refunded',
    definition: redecide(
      'payment',
      ['ChannelCaptured'],
      (decide) =>
        (input, { payment }: Rows, facts) =>
          decide(input, { payment: payment === undefined ? undefined : { ...payment, orderCancelled: false } }, facts),
    ),
  },
  {
    name: 'captured-without-reservation',
    breaks: 'the payment begins before the stock is reserved',
    definition: redecide('payment', ['OrderPlaced'], (decide, definition) => (input: { data: object }, { payment }: Rows, facts) => {
      const decision = decide(input, { payment }, facts)
      const placed = (acted(decision)?.rows as Rows | undefined)?.payment
      const reserved = definition.reactions.find(({ event }) => event.type === 'StockReserved')
      return payment === undefined && placed !== undefined && reserved !== undefined
        ? reserved.decide(input, { payment: placed }, facts)
        : decision
    }),
  },
  {
    name: 'refund-unlimited',
    breaks: 'refunds that are on their way do not count against what may still be refunded',
    definition: redecide('payment', ['RequestRefund'], (decide) => (input, { payment }: Rows, facts) => {
      if (payment === undefined) return decide(input, { payment }, facts)
      const { refunds, refundedAmount } = payment
      const decision = decide(input, { payment: { ...payment, refunds: [], refundedAmount: 0 } }, facts)
      const changed = acted(decision)
      const after = (changed?.rows as { payment?: Payment } | undefined)?.payment
      if (changed === undefined || after === undefined) return decision
      return { ...changed, rows: { payment: { ...after, refundedAmount, refunds: [...refunds, ...after.refunds] } } }
    }),
  },
  {
    name: 'declined-refund-forgotten',
    breaks: 'a refund that the provider declined is to be tried again, and no timer is armed',
    definition: redecide('payment', ['ChannelRefundDeclined'], (decide) => (input, rows, facts) => {
      const decision = decide(input, rows, facts)
      const changed = acted(decision)
      return changed === undefined ? decision : { ...changed, arm: [] }
    }),
  },
  {
    name: 'return-refunded-in-full',
    breaks: 'whatever is returned of an order, all that is left of its payment goes back, and each time that it is told of',
    definition: redecide('payment', ['ReturnApproved'], (decide) => (input: { data: { amount: object } }, { payment }: Rows, facts) => {
      const known = payment?.refunds ?? []
      const forgetful = payment && { ...payment, refunds: known.map(({ returnId: _, ...refund }) => refund) }
      const amount = { ...input.data.amount, amount: payment?.amount ?? 0 }
      const decision = decide({ ...input, data: { ...input.data, amount } }, { payment: forgetful }, facts)
      const changed = acted(decision)
      const after = (changed?.rows as { payment?: Payment } | undefined)?.payment
      if (changed === undefined || after === undefined) return decision
      return { ...changed, rows: { payment: { ...after, refunds: [...known, ...after.refunds.slice(known.length)] } } }
    }),
  },
  {
    name: 'rejection-overheard',
    breaks: 'a payment that the risk service rejected goes on',
    definition: redecide('payment', ['PaymentRiskRejected'], (_, definition) => (input, rows: Rows, facts) => {
      const cleared = definition.reactions.find(({ event }) => event.type === 'PaymentRiskCleared')
      if (cleared === undefined) throw new Error('payment does not react to PaymentRiskCleared')
      return cleared.decide(input, rows as never, facts)
    }),
  },
]
