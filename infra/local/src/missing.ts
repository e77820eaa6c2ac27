/** Something that must be installed by hand; `remedy` is the command that does it. */
export class MissingPrerequisite extends Error {
  readonly remedy: string

  constructor(what: string, remedy: string) {
    super(`${what}. Mend it with: ${remedy}`)
    this.name = 'MissingPrerequisite'
    this.remedy = remedy
  }
}
