import { Transient } from '@murmuration/contracts'
import { createTransport } from 'nodemailer'
import type { Letter } from '../domain/letter.ts'
import { maskAddresses } from './mask.ts'

/** A letter with its envelope. */
export interface Mail extends Letter {
  readonly id: string
  readonly to: { readonly address: string; readonly name: string }
}

export interface MailServer {
  /**
   * Resolves to undefined when the server took the letter, to its words when it never will.
   * @throws Transient, without any address in it, when that is not known or may change
   */
  send(mail: Mail): Promise<string | undefined>
  close(): void
}

/** @param url smtp:// or smtps://, with user and password where needed. @param from the sender's address, with or without a name */
export function mailServer({ url, from }: { url: string; from: string }): MailServer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    // A letter whose connection broke is tried again by the runtime, which counts the attempts.
    maxRequeues: 0,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost'
  return {
    async send({ id, to, subject, text, html }) {
      try {
        // The same id for each attempt, so that a letter that came twice can be known for one.
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          html,
          messageId: `<${id}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated' },
        })
        return undefined
      } catch (error) {
        const words = maskAddresses(error instanceof Error ? error.message : String(error))
        if (isFinal(error)) return words
        // The cause is left out: it has the address.
        throw new Transient(`the letter could not be handed over: ${words}`)
      }
    },
    close: () => transport.close(),
  }
}

/** The recipient or the letter is refused for good. A refused sender or log-in is a matter of settings, which can be mended. */
function isFinal(error: unknown): boolean {
  const { code, command, responseCode, message } = error as { code?: unknown; command?: unknown; responseCode?: unknown; message?: unknown }
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false
  if (command === 'API') return String(message).includes('ecipient')
  return (command === 'RCPT TO' || command === 'DATA') && typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600
}
