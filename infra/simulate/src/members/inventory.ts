import { machine, type Reservation } from '@murmuration/inventory/domain/reservation'
import { stockKey } from '@murmuration/inventory/domain/stock'
import { adjustments, reservations, stocks } from '@murmuration/inventory/store/tables'
import { subscriptionsWith } from '@murmuration/inventory/subscriptions'
import type { Member } from '../member.ts'
import type { Changes } from '../watch/changes.ts'
import { machineOf, offTheTable } from '../watch/machine.ts'

const statuses = machineOf(
  Object.fromEntries(
    Object.entries(machine).map(([status, steps]) => [status, Object.values(steps).flatMap((step) => ('to' in step ? [step.to] : []))]),
  ),
)

const held = (reservation: Reservation | undefined) => (reservation?.status === 'held' ? reservation.lines : [])
const sold = (reservation: Reservation | undefined) => (reservation?.status === 'committed' ? reservation.lines : [])
const back = (reservation: Reservation | undefined) => reservation?.returns.flatMap(({ lines }) => lines) ?? []

export const inventory: Member = {
  definition: ({ holdMs }) => subscriptionsWith(holdMs),
  *watch(changes) {
    for (const { key, before, after } of changes.of(reservations)) {
      const wrong = offTheTable(statuses, `the reservation of ${key}`, before?.status, after.status)
      if (wrong !== undefined) yield wrong
    }
    yield* pieces(changes)
  },
}

/** What reservations and adjustments have done is what the stock shows, piece by piece. */
function* pieces(changes: Changes): Iterable<string> {
  const meant = new Map<string, { reserved: number; total: number }>()
  const mean = (key: string, reserved: number, total: number) => {
    const known = meant.get(key)
    meant.set(key, { reserved: (known?.reserved ?? 0) + reserved, total: (known?.total ?? 0) + total })
  }
  for (const { before, after } of changes.of(reservations)) {
    for (const line of held(before)) mean(stockKey(line), -line.quantity, 0)
    for (const line of held(after)) mean(stockKey(line), line.quantity, 0)
    for (const line of sold(before)) mean(stockKey(line), 0, line.quantity)
    for (const line of sold(after)) mean(stockKey(line), 0, -line.quantity)
    for (const line of back(before)) mean(stockKey(line), 0, -line.quantity)
    for (const line of back(after)) mean(stockKey(line), 0, line.quantity)
  }
  for (const { after } of changes.of(adjustments)) mean(stockKey(after), 0, after.cause === 'restock' ? after.quantity : -after.quantity)
  for (const { key, before, after } of changes.of(stocks)) {
    const { available, reserved, total } = after
    if (available < 0 || reserved < 0) yield `${key} has ${available} pieces available and ${reserved} reserved`
    if (available + reserved !== total) yield `${key} has ${available} available and ${reserved} reserved, and ${total} in all`
    mean(key, (before?.reserved ?? 0) - reserved, (before?.total ?? 0) - total)
  }
  for (const [key, left] of meant)
    if (left.reserved !== 0 || left.total !== 0)
      yield `${key}: reservations and adjustments moved ${left.reserved} reserved pieces and ${left.total} in all that the stock does not show`
}
