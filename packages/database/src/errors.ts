/** A migration could not be read or applied. `migration` names the folder when one is at fault. */
export class MigrationFailed extends Error {
  readonly migration: string | undefined

  constructor(message: string, options: { migration?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'MigrationFailed'
    this.migration = options.migration
  }
}
