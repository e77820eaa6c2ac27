import { subscriptions } from '@murmuration/product/subscriptions'
import type { Member } from '../member.ts'

export const product: Member = { definition: () => subscriptions }
