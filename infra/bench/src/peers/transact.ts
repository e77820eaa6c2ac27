import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What is used of DBOS Transact, whose package lies outside the workspace. */
export interface Transact {
  setConfig(config: { name: string; systemDatabaseUrl: string; systemDatabasePoolSize: number; logLevel: string }): void
  launch(): Promise<void>
  shutdown(): Promise<void>
  registerWorkflow<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    config: { name: string },
  ): (...args: Args) => Promise<Result>
  /** Inside a workflow: its result is kept, and it is not done again once it is. */
  runStep<Result>(step: () => Promise<Result>, config: { name: string }): Promise<Result>
  startWorkflow<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    params: { workflowID: string },
  ): (...args: Args) => Promise<{ getResult(): Promise<Result> }>
}

/** @param folder where `infra/bench/peers` was installed */
export const loadTransact = (folder: string): Transact =>
  (createRequire(join(folder, 'package.json'))('@dbos-inc/dbos-sdk') as { DBOS: Transact }).DBOS
