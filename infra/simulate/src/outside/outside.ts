import type { Wire } from '@murmuration/simulation'
import type { Mailbox } from './mailer.ts'
import type { Provider } from './provider.ts'

/** The world beyond the services, as an instance of one reaches it. */
export interface Outside {
  readonly provider: Provider
  readonly mailbox: Mailbox
  /** This instance's own: it is cut when the instance dies. */
  readonly wire: Wire
}
