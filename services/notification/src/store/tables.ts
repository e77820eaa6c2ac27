import { table } from '@murmuration/choreography'
import type { Notification } from '../domain/notification.ts'
import type { Preference } from '../domain/preference.ts'
import type { Recipient } from '../domain/recipient.ts'

/** Changes of these two may be seen a moment late. */
export const recipients = table<Recipient>('recipients', { key: 'userId', lock: false })
export const preferences = table<Preference>('preferences', { key: 'userId', lock: false })
export const notifications = table<Notification>('notifications', { key: 'cause' })
