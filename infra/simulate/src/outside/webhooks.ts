import { toldOfCapture } from '@murmuration/channel/commands/told-of-capture'
import { toldOfRefund } from '@murmuration/channel/commands/told-of-refund'
import { outcomeOf } from '@murmuration/channel/psp/outcome'
import { captures, refunds } from '@murmuration/channel/store/tables'
import type { Scene } from '../deeds/deed.ts'
import { answered } from '../deeds/notebook.ts'
import { idOf } from '../workload/ids.ts'
import type { Plan } from '../workload/plan.ts'
import type { Entry } from './provider.ts'

/** When the webhooks about an order come, by its id, in ms after the booking: as its first placing says. */
export type WebhookPlan = ReadonlyMap<string, readonly number[]>

export function webhookPlan({ deeds }: Plan): WebhookPlan {
  const plan = new Map<string, readonly number[]>()
  for (const deed of deeds)
    if (deed.does === 'place') {
      const orderId = idOf('order', deed.order)
      if (!plan.has(orderId)) plan.set(orderId, deed.webhooksMs)
    }
  return plan
}

/** The provider tells of what it has booked, as late and as often as the order's plan says. Nobody listens to what was never asked for. */
export function sendWebhooks(entry: Entry, when: WebhookPlan, scene: Scene): void {
  const orderId = rowOf(entry, scene)?.orderId
  for (const ms of (orderId === undefined ? undefined : when.get(orderId)) ?? []) scene.world.after(ms, () => tell(entry, scene))
}

const rowOf = ({ type, reference }: Entry, { world }: Scene) =>
  type === 'charge' ? world.row('channel', captures, reference) : world.row('channel', refunds, reference)

async function tell(entry: Entry, scene: Scene): Promise<void> {
  const { world, notebook } = scene
  const { type, reference, amount, currency } = entry
  const row = rowOf(entry, scene)
  const outcome = outcomeOf(entry)
  if (row === undefined || outcome === undefined) return
  const { orderId, paymentId } = row
  const about = { amount, currency, outcome, orderId, paymentId }
  const told =
    type === 'charge'
      ? world.execute('channel', toldOfCapture, about)
      : world.execute('channel', toldOfRefund, { ...about, refundId: reference })
  await answered(notebook, orderId, told, [])
}
