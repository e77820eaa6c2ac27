import { subscriptions } from '@murmuration/user/subscriptions'
import type { Member } from '../member.ts'

export const user: Member = { definition: () => subscriptions }
