import type { Capture } from '@murmuration/channel/domain/capture'
import type { Refund } from '@murmuration/channel/domain/refund'
import type { Outcome } from '@murmuration/channel/domain/settlement'
import type { Order } from '@murmuration/order/domain/order'
import type { Mutant, Ports } from './mutant.ts'
import { acted, redecide } from './wrap.ts'

interface Rows {
  readonly order: Order | undefined
}

const effect = (ports: Ports, name: string, replace: (handler: Ports['effects'][string]) => Ports['effects'][string]): Ports => {
  const handler = ports.effects[name]
  return handler === undefined ? ports : { ...ports, effects: { ...ports.effects, [name]: replace(handler) } }
}

export const otherMutants: readonly Mutant[] = [
  {
    name: 'confirmed-without-stock',
    breaks: 'an order is confirmed when it is paid, whatever became of its stock',
    definition: redecide(
      'order',
      ['PaymentCaptured'],
      (decide) =>
        (input, { order }: Rows, facts) =>
          decide(input, { order: order === undefined ? undefined : { ...order, stockCommitted: true } }, facts),
    ),
  },
  {
    name: 'confirmed-order-cancelled',
    breaks: 'a customer can cancel an order that is confirmed',
    definition: redecide(
      'order',
      ['CancelOrder'],
      (decide) =>
        (input, { order }: Rows, facts) =>
          decide(input, { order: order?.status === 'confirmed' ? { ...order, status: 'paid' } : order }, facts),
    ),
  },
  {
    name: 'key-not-kept',
    breaks: 'the order service forgets what was asked for under an idempotency key',
    definition: redecide(
      'order',
      ['PlaceOrder'],
      (decide) =>
        (input, { kept: _, ...rows }: Rows & { readonly kept?: unknown }, facts) =>
          decide(input, rows, facts),
    ),
  },
  {
    name: 'returned-again',
    breaks: 'what was given back of an order can be given back again',
    definition: redecide('order', ['RequestReturn'], (decide) => (input, { order }: Rows, facts) => {
      const decision = decide(input, { order: order && { ...order, returns: [] } }, facts)
      const changed = acted(decision)
      const after = (changed?.rows as { order?: Order } | undefined)?.order
      if (changed === undefined || order === undefined || after === undefined) return decision
      return { ...changed, rows: { order: { ...after, returns: [...order.returns, ...after.returns] } } }
    }),
  },
  {
    name: 'declined-taken-for-captured',
    breaks: 'the channel tells of a charge that the provider has declined',
    ports: (ports) =>
      effect(ports, 'capture', (capture) => async (request, call) => {
        const outcome = (await capture(request, call)) as Outcome
        return outcome.outcome === 'declined' ? { outcome: 'done', reference: `ch_${call.sagaId}`, at: outcome.at } : outcome
      }),
  },
  {
    name: 'webhook-terms-unchecked',
    breaks: 'the channel believes a webhook whatever amount, currency or method it names',
    definition: redecide(
      'channel',
      ['ToldOfCapture', 'ToldOfRefund'],
      (decide) =>
        (input: object, { capture, refund }: { capture?: Capture; refund?: Refund }, facts) => {
          const asked = refund ?? capture
          const terms = asked === undefined ? {} : { amount: asked.amount, currency: asked.currency }
          return decide({ ...input, ...terms, method: undefined }, { capture, refund }, facts)
        },
    ),
  },
  {
    name: 'refund-invented',
    breaks: 'the channel tells of refunds without asking the provider',
    ports: (ports) =>
      effect(
        ports,
        'refund',
        () => (_, call) => Promise.resolve({ outcome: 'done', reference: `re_${call.key}`, at: '2026-01-01T00:00:00.000Z' }),
      ),
  },
  {
    name: 'told-twice',
    breaks: 'a customer’s letter is told of twice',
    definition: (definition) =>
      definition.name !== 'notification'
        ? definition
        : {
            ...definition,
            reactions: definition.reactions.map((reaction) =>
              reaction.kind !== 'perform'
                ? reaction
                : {
                    ...reaction,
                    conclusion: {
                      ...reaction.conclusion,
                      decide(input, rows, facts) {
                        const decision = reaction.conclusion.decide(input, rows, facts)
                        return 'ignored' in decision || 'notYet' in decision
                          ? decision
                          : { ...decision, events: [...(decision.events ?? []), ...(decision.events ?? [])] }
                      },
                    },
                  },
            ),
          },
  },
]
