import type { MapReaction, MapService, SagaMap } from '@murmuration/choreography/map'
import { mermaidOf } from './mermaid.ts'
import { type Part, partsOf } from './part.ts'

/** Where the generated page is, from the repository's root. */
export const documentFile = 'docs/choreography.md'

/** The page with the sagas' pictures and each service's canvas. The same map always gives the same text. */
export function documentOf(map: SagaMap): string {
  return `<!-- Generated from services/*/src/subscriptions.ts by \`npm run gen\` (\`murmur map --write\`). Do not edit. -->
# The choreography

Nobody conducts: each service reacts to the events of the others. What follows is read off their lists of reactions
(\`services/<name>/src/subscriptions.ts\`), and \`npm run -s murmur -- map --check\` fails when it is out of date, when an event has no producer, or when
one has no consumer and its schema does not say why.

How to read the pictures: a box is an event, coloured by the service that emits it (rounded: nobody reacts to it); an arrow is the reaction of the service
that it names. **Dashed with ↩** = a compensation. Slanted = a command from outside, double-edged = a side effect on the outside world, hexagon = a
durable timer. A reaction that may emit one of several events has an arrow to each.

${partsOf(map).map(sectionOf).join('\n\n')}

## The services

${map.services.map(canvasOf).join('\n\n')}
`
}

function sectionOf(part: Part): string {
  const unheard = part.events.filter(({ consumers }) => consumers.length === 0)
  const declared = unheard.map(
    ({ type, unconsumed }) => `- **${type}**: ${unconsumed ?? 'nothing reacts to it, and its schema does not say why'}`,
  )
  return [
    `## The ${part.saga} saga`,
    '',
    `Key of all its messages: \`${part.sagaField}\`.`,
    '',
    '```mermaid',
    mermaidOf(part),
    '```',
    ...(declared.length === 0 ? [] : ['', 'Nobody reacts to these, on purpose:', '', ...declared]),
  ].join('\n')
}

function canvasOf({ name, topic, group, reactions }: MapService): string {
  const rows = reactions.map(
    (reaction) =>
      `| ${[triggerOf(reaction), does(reaction), listOf(reaction.emits), listOf(reaction.undoes), listOf(reaction.arms)].join(' | ')} |`,
  )
  return [
    `### ${name}`,
    '',
    `Topic \`${topic}\`, consumer group \`${group}\`.`,
    '',
    ...(rows.length === 0
      ? ['It reacts to nothing and emits nothing.']
      : ['| on | does | may emit | undoes | may arm |', '|---|---|---|---|---|', ...rows]),
  ].join('\n')
}

const triggerOf = ({ from }: MapReaction): string =>
  ({ event: from.name, timer: `⏱ timer \`${from.name}\``, command: `command \`${from.name}\`` })[from.kind]

const does = ({ effect, from, emits }: MapReaction): string =>
  effect !== undefined ? `side effect \`${effect}\`` : from.kind === 'event' && emits.length === 0 ? 'keeps it' : 'decides'

const listOf = (names: readonly string[]): string => (names.length === 0 ? '–' : names.join(', '))
