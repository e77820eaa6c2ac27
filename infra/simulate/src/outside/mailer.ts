import { Transient } from '@murmuration/contracts'
import { postOffice } from '@murmuration/notification/media/post-office'
import type { MailServer } from '@murmuration/notification/media/smtp'
import type { Wire } from '@murmuration/simulation'

/** The mail server: letters by their message id, as a mailbox shows one that came twice once. */
export type Mailbox = Map<string, { readonly to: string; readonly subject: string }>

/** The notification service's own effect over a mail server that takes every letter, on a wire that may fail. */
export function mailEffects(mailbox: Mailbox, wire: Wire) {
  const server: MailServer = {
    send: ({ id, to, subject }) =>
      wire('SMTP', () => {
        mailbox.set(id, { to: to.address, subject })
        return undefined
      }).catch((cause: unknown) => {
        throw new Transient('the mail server did not answer', { cause })
      }),
    close() {},
  }
  return postOffice(server)
}
