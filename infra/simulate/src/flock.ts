import type { Member } from './member.ts'
import { channel } from './members/channel.ts'
import { inventory } from './members/inventory.ts'
import { notification } from './members/notification.ts'
import { order } from './members/order.ts'
import { payment } from './members/payment.ts'
import { product } from './members/product.ts'
import { risk } from './members/risk.ts'
import { user } from './members/user.ts'

/** Everybody who takes part. A later service joins here, with a file of its own in members/. */
export const flock: readonly Member[] = [user, product, order, inventory, payment, risk, channel, notification]
