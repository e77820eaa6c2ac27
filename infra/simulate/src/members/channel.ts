import { type Capture, transitions } from '@murmuration/channel/domain/capture'
import { type Refund, transitions as refundTransitions } from '@murmuration/channel/domain/refund'
import { captures, refunds } from '@murmuration/channel/store/tables'
import { subscriptions } from '@murmuration/channel/subscriptions'
import type { Member } from '../member.ts'
import { providerEffects } from '../outside/provider.ts'
import { changedForGood, machineOf, offTheTable, stepsBy } from '../watch/machine.ts'

const captureMachine = machineOf(stepsBy(transitions, { intend: 'pending', capture: 'captured', decline: 'declined' }))
const refundMachine = machineOf(stepsBy(refundTransitions, { refund: 'refunded', decline: 'declined' }))

export const channel: Member = {
  definition: () => subscriptions,
  effects: ({ provider, wire }) => providerEffects(provider, wire),
  *watch(changes) {
    for (const { key, before, after } of changes.of(captures)) {
      const wrong = offTheTable(captureMachine, `the capture ${key}`, before?.status, after.status)
      if (wrong !== undefined) yield wrong
      yield* changedForGood<Capture>(`the capture ${key}`, before, after, ['orderId', 'userId', 'amount', 'currency', 'method'])
      if (after.refunded > after.amount) yield `the capture ${key} is refunded by ${after.refunded} of ${after.amount}`
    }
    for (const { key, before, after } of changes.of(refunds)) {
      const wrong = offTheTable(refundMachine, `the refund ${key}`, before?.status, after.status)
      if (wrong !== undefined) yield wrong
      yield* changedForGood<Refund>(`the refund ${key}`, before, after, ['paymentId', 'amount', 'chargeReference'])
    }
  },
}
