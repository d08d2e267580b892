import { readFileSync } from 'node:fs'
import { OPERATION_MOVES, STEP_MOVES } from '../../../bff/operations/machine.ts'
import { LEFT_TO_THE_SERVER, PROMISES } from '../../../bff/operations/promises.ts'
import { VERDICTS, type Verdict } from '../../../bff/providers/cpanel/verdicts.ts'

interface Drawn {
  readonly by: string
  readonly from: readonly string[]
  readonly to: string
  readonly when: string
}

const BEGIN = '<!-- made from machine.ts, promises.ts and verdicts.ts: npm run pages -->'
const END = '<!-- end of what is made -->'

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

/** A state diagram; moves that begin and end in the same state are in the table only. */
function diagram(moves: Readonly<Record<string, Drawn>>, ends: readonly string[]): string {
  const edges = new Map<string, string[]>()
  for (const [event, { from, to }] of Object.entries(moves)) {
    for (const one of from.length === 0 ? ['[*]'] : from) {
      if (to === 'same' || to === one) continue
      const key = `${one} --> ${to}`
      edges.set(key, [...(edges.get(key) ?? []), event])
    }
  }
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...[...edges].map(([edge, events]) => `  ${edge}: ${events.join(', ')}`),
    ...ends.map((end) => `  ${end} --> [*]`),
    '```',
  ].join('\n')
}

function movesTable(moves: Readonly<Record<string, Drawn>>): string {
  return table(
    ['event', 'by', 'from', 'to', 'when'],
    Object.entries(moves).map(([event, { by, from, to, when }]) => [
      `\`${event}\``,
      by,
      from.length === 0 ? '–' : from.join(', '),
      to === 'same' ? 'the same' : to,
      when,
    ]),
  )
}

function made(): string {
  const verdicts: readonly (readonly [string, Verdict])[] = Object.entries(VERDICTS)
  return [
    BEGIN,
    '## Operations',
    diagram(OPERATION_MOVES, ['succeeded', 'failed', 'cancelled', 'resolved']),
    movesTable(OPERATION_MOVES),
    '## Steps',
    diagram(STEP_MOVES, ['succeeded', 'failed', 'skipped']),
    movesTable(STEP_MOVES),
    '## What must be true',
    table(
      ['', 'promise', 'kept by'],
      Object.entries(PROMISES).map(([name, { text, kept_by }]) => [`\`${name}\``, text, kept_by]),
    ),
    '## Definite or uncertain',
    'What a changing call came to, for WHM. *Unsent*: nothing can have happened. *Refused*: a definite no. *Uncertain*: read back.',
    table(
      ['seen', 'code', 'first attempt', 'second', 'why'],
      verdicts.map(([, { seen, code, first, again, why }]) => [
        seen,
        `\`${code}\``,
        first,
        again,
        why,
      ]),
    ),
    '## What is left to the server',
    LEFT_TO_THE_SERVER.map(({ text, remains }) => `- ${text} What remains: ${remains}.`).join('\n'),
    END,
  ].join('\n\n')
}

/** Where the page stands. */
export const PAGE = new URL('../../../bff/operations/README.md', import.meta.url)

/** The page as it should be: what people wrote around what is made. */
export function page(): string {
  const written = readFileSync(PAGE, 'utf8')
  const from = written.indexOf(BEGIN)
  const to = written.indexOf(END)
  if (from < 0 || to < from) throw new Error('the page has lost the marks of what is made')
  return `${written.slice(0, from)}${made()}${written.slice(to + END.length)}`
}
