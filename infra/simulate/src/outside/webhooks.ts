import { toldOfCapture } from '@murmuration/channel/commands/told-of-capture'
import { toldOfRefund } from '@murmuration/channel/commands/told-of-refund'
import { captures, refunds } from '@murmuration/channel/store/tables'
import { told } from '@murmuration/channel/webhooks/message'
import type { Scene } from '../deeds/deed.ts'
import { answered } from '../deeds/notebook.ts'
import { idOf } from '../workload/ids.ts'
import type { DeedOf, Lie, Plan } from '../workload/plan.ts'
import type { Entry } from './provider.ts'

/** When the webhooks about an order come, by its id, in ms after the booking, and the one that lies: as its first placing says. */
export type WebhookPlan = ReadonlyMap<string, Pick<DeedOf<'place'>, 'webhooksMs' | 'lie'>>

export function webhookPlan({ deeds }: Plan): WebhookPlan {
  const plan = new Map<string, DeedOf<'place'>>()
  for (const deed of deeds)
    if (deed.does === 'place') {
      const orderId = idOf('order', deed.order)
      if (!plan.has(orderId)) plan.set(orderId, deed)
    }
  return plan
}

const LIE_AFTER_MS = 1

/** The provider tells of what it has booked, as late and as often as the order's plan says. Nobody listens to what was never asked for. */
export function sendWebhooks(entry: Entry, when: WebhookPlan, scene: Scene): void {
  const orderId = rowOf(entry, scene)?.orderId
  const planned = orderId === undefined ? undefined : when.get(orderId)
  if (planned === undefined) return
  for (const ms of planned.webhooksMs) scene.world.after(ms, () => tell(entry, scene))
  const { lie } = planned
  if (lie !== undefined) scene.world.after(LIE_AFTER_MS, () => deceive(entry, lie, scene))
}

const rowOf = ({ type, reference }: Entry, { world }: Scene) =>
  type === 'charge' ? world.row('channel', captures, reference) : world.row('channel', refunds, reference)

const messageOf = ({ type, key: _, ...data }: Entry) => ({ id: `evt_${data.id}`, type: `${type}.${data.status}`, data })

const spoiled: Readonly<Record<Lie, (message: ReturnType<typeof messageOf>) => object>> = {
  type: ({ type, ...rest }) => ({ ...rest, type: type.replace(/[a-z]+$/, (status) => (status === 'declined' ? 'succeeded' : 'declined')) }),
  amount: ({ data, ...rest }) => ({ ...rest, data: { ...data, amount: data.amount + 1 } }),
  currency: ({ data, ...rest }) => ({ ...rest, data: { ...data, currency: 'GBP' } }),
  method: ({ data, ...rest }) => ({ ...rest, data: { ...data, method: 'barter' } }),
}

async function tell(entry: Entry, scene: Scene): Promise<void> {
  const row = rowOf(entry, scene)
  if (row !== undefined) await answered(scene.notebook, row.orderId, send(messageOf(entry), row, scene), [])
}

async function deceive(entry: Entry, lie: Lie, scene: Scene): Promise<void> {
  const row = rowOf(entry, scene)
  if (row === undefined) return
  const answer = await answered(scene.notebook, row.orderId, send(spoiled[lie](messageOf(entry)), row, scene), ['contradiction'])
  if ('reply' in answer) scene.notebook.surprises.push({ sagaId: row.orderId, what: `was believed a webhook of another ${lie}` })
}

/** As the route does it, signature apart. */
async function send(message: object, { orderId, paymentId }: { orderId: string; paymentId: string }, { world }: Scene) {
  const { kind, reference, ...said } = told(message)
  return kind === 'charge'
    ? await world.execute('channel', toldOfCapture, { ...said, orderId, paymentId })
    : await world.execute('channel', toldOfRefund, { ...said, orderId, paymentId, refundId: reference })
}
