import { steps as bareSteps, type Statement } from '../bare/steps.ts'

const statementsOf = (...names: string[]): readonly Statement[] =>
  names.map((name) => {
    const found = bareSteps.flatMap(({ statements }) => statements).find((statement) => statement.name === name)
    if (found === undefined) throw new Error(`there is no statement ${name}`)
    return found
  })

/** A durable step: transactions one after the other, the provider's answer between the two of a charge. */
export interface PeerStep {
  readonly name: string
  readonly transactions: readonly (readonly Statement[])[]
}

/** The order saga as an orchestrator's six steps: all rows that the choreography writes, by the bare measurement's statements. */
export const steps: readonly PeerStep[] = [
  { name: 'reserve stock', transactions: [statementsOf('place', 'reserve', 'hold')] },
  { name: 'initiate payment', transactions: [statementsOf('open', 'initiate')] },
  { name: 'assess risk', transactions: [statementsOf('decide', 'window')] },
  { name: 'authorise and capture', transactions: [statementsOf('authorise', 'intend'), statementsOf('settle', 'capture')] },
  { name: 'commit stock', transactions: [statementsOf('commit', 'take', 'pay')] },
  { name: 'confirm', transactions: [statementsOf('confirm', 'notify', 'sent')] },
]
