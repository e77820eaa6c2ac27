import { crc32 } from 'node:zlib'
import { Transient } from '@murmuration/contracts'
import { postOffice } from '@murmuration/notification/media/post-office'
import type { MailServer } from '@murmuration/notification/media/smtp'
import type { Wire } from '@murmuration/simulation'

/** The mail server: letters by their message id, as a mailbox shows one that came twice once. */
export type Mailbox = Map<string, { readonly to: string; readonly subject: string }>

/** The notification service's own effect over a mail server that refuses some letters for good, on a wire that may fail. */
export function mailEffects(mailbox: Mailbox, wire: Wire) {
  const server: MailServer = {
    send: ({ id, to, subject }) =>
      wire('SMTP', () => {
        if (isRefused(id)) return '550 no such mailbox'
        mailbox.set(id, { to: to.address, subject })
        return undefined
      }).catch((cause: unknown) => {
        throw new Transient('the mail server did not answer', { cause })
      }),
    close() {},
  }
  return postOffice(server)
}

/** About one letter in twenty, the same at every attempt. */
const isRefused = (id: string): boolean => crc32(id) % 20 === 0
