import { upcast } from '../upcast.ts'

/** Version 2 tells of more things; what version 1 told of is told in the same way. */
export const notificationsV1 = ['NotificationSent', 'NotificationFailed'].map((type) => upcast(type, 1, (data) => data))
