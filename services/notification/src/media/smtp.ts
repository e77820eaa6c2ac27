import { Transient } from '@murmuration/contracts'
import { createTransport } from 'nodemailer'
import type { Letter } from '../domain/letter.ts'
import { maskAddresses } from './mask.ts'

/** A letter with its envelope. */
export interface Mail extends Letter {
  readonly id: string
  readonly to: { readonly address: string; readonly name: string }
}

/** The whole letter was handed over, and no answer came: the server may have taken it, and a further attempt may be a copy. */
export class Unanswered extends Transient {}

export interface MailServer {
  /**
   * Resolves to undefined when the server took the letter, to its words when it never will.
   * @throws Unanswered when it may have taken it
   * @throws Transient, without any address in it, when it has not, and that may change
   */
  send(mail: Mail): Promise<string | undefined>
  close(): void
}

/** The server's answer to a whole letter may take 10 minutes: who gives up earlier sends copies (RFC 5321, 4.5.3.2.6). */
const ANSWER_MS = 600_000
/** Of letters under way: what else is to be told, such as by the log, does not wait behind a server that hangs. */
const MAX_AT_ONCE = 100

/** @param url smtp:// or smtps://, with user and password where needed. @param from the sender's address, with or without a name */
export function mailServer({ url, from }: { url: string; from: string }): MailServer {
  const open = new Set<{ close(): void }>()
  /** A connection for each letter, so that none waits behind one whose answer is late. @param handed called when the letter's last byte was sent */
  const connect = (handed: () => void) =>
    createTransport({
      url,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: ANSWER_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: listeningFor('message', handed),
    })
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost'
  return {
    async send({ id, to, subject, text, html }) {
      if (open.size >= MAX_AT_ONCE) throw new Transient(`${open.size} letters are waiting for the mail server`)
      let handed = false
      const transport = connect(() => {
        handed = true
      })
      open.add(transport)
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
        if (handed && !isAnswer(error)) throw new Unanswered(`the letter was handed over, and no answer came: ${words}`)
        throw new Transient(`the letter could not be handed over: ${words}`)
      } finally {
        open.delete(transport)
        transport.close()
      }
    },
    close() {
      for (const transport of open) transport.close()
    },
  }
}

/** nodemailer tells by its log alone how far it has come. */
const listeningFor = (step: string, heard: () => void) => ({
  info(entry: { readonly tnx?: unknown } | undefined) {
    if (entry?.tnx === step) heard()
  },
})

/** The server has said no, which is an answer. */
const isAnswer = (error: unknown): boolean => typeof (error as { responseCode?: unknown }).responseCode === 'number'

/** The recipient or the letter is refused for good. A refused sender or log-in is a matter of settings, which can be mended. */
function isFinal(error: unknown): boolean {
  const { code, command, responseCode, message } = error as { code?: unknown; command?: unknown; responseCode?: unknown; message?: unknown }
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false
  if (command === 'API') return String(message).includes('ecipient')
  return (command === 'RCPT TO' || command === 'DATA') && typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600
}
