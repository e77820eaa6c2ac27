import type { Command } from '@murmuration/choreography'
import type { LoginGuard } from '../login-guard.ts'
import type { Weakness } from '../password-strength.ts'
import type { Passwords } from '../passwords.ts'
import type { RefreshStore } from '../store/refresh-tokens.ts'
import type { KeyStore } from '../store/signing-keys.ts'
import type { UserStore } from '../store/users.ts'
import type { Tokens } from '../tokens.ts'

/** Decides a command in a batch's transaction. */
export type Execute = <Input, Reply>(command: Command<Input, Reply>, input: Input) => Promise<Reply>

/** What the routes work with. */
export interface Context {
  execute: Execute
  users: UserStore
  refreshTokens: RefreshStore
  keys: KeyStore
  tokens: Tokens
  passwords: Passwords
  weakness: Weakness
  guard: LoginGuard
}
