import type { OperationRow, StepRow } from '../../../db/operations.ts'
import { actorIn, folded, hasActed, namedIn, type Person, parsedJson } from './person.ts'
import { emptied, hasWords } from './words.ts'

/**
 * Inputs that hold what somebody wrote, or their address; a test holds the list against every form. The others are facts
 * of the account.
 */
export const WRITTEN_INPUTS: readonly string[] = ['client_text', 'email', 'staff_note']

/** Columns of an operation and of its steps that may repeat what was written. JSON, all of them. */
const OPERATION_WORDS = [
  'input',
  'confirmation',
  'planned',
  'warnings',
  'waiting',
  'error',
  'result',
  'verdict',
] as const satisfies readonly (keyof OperationRow)[]
const STEP_WORDS = [
  'params',
  'before',
  'last_proof',
  'error',
] as const satisfies readonly (keyof StepRow)[]

/** What becomes of an operation and its steps. */
export interface OperationErased {
  readonly operation: Partial<OperationRow>
  readonly steps: readonly { readonly seq: number; readonly set: Partial<StepRow> }[]
}

/** Words shorter than this are looked for as a whole: they stand inside too many others. */
const SHORTEST = 3

/**
 * Whether an operation was asked for by the person. Rows that do not keep whose token it was in their actor have it in
 * `subject`, as issuer and `sub`, or issuer, acting `sub`, `for` and `sub`. Pure.
 */
export function isAskedBy(
  person: Person,
  issuer: string,
  { actor, subject }: Pick<OperationRow, 'actor' | 'subject'>,
): boolean {
  const stored = actorIn(actor)
  if (stored === undefined) return false
  if (person.subject === undefined || stored.subject !== undefined)
    return hasActed(person, stored) !== undefined
  const own = `${issuer} ${person.subject}`
  return (
    subject === own ||
    subject.startsWith(`${own} for `) ||
    (subject.startsWith(`${issuer} `) && subject.endsWith(` for ${person.subject}`))
  )
}

function membersOf(json: string): Readonly<Record<string, unknown>> {
  const value = parsedJson(json)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** What a person has written into an operation of theirs, as it may be repeated elsewhere in it. Pure. */
function writtenIn(input: Readonly<Record<string, unknown>>): string[] {
  return WRITTEN_INPUTS.flatMap((name) => {
    const words = input[name]
    return typeof words === 'string' && words.trim() !== '' ? [folded(words)] : []
  })
}

/** Who gave a verdict, and why, where that was the person. */
function isVerdictOf(person: Person, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const by = actorIn(JSON.stringify(Reflect.get(value, 'by')))
  return by !== undefined && hasActed(person, by) !== undefined
}

/**
 * What is left of an operation, and of its steps, once the person is out of it; undefined where they are not in it. What
 * the account is, and what was done to it, stays. Pure.
 *
 * @param issuer of the tenant
 */
export function operationErased(
  person: Person,
  issuer: string,
  row: OperationRow,
  steps: readonly StepRow[],
): OperationErased | undefined {
  const isOwn = isAskedBy(person, issuer, row)
  const written = isOwn ? writtenIn(membersOf(row.input)) : []
  const are = (words: string) => {
    if (namedIn(person, words)) return true
    const where = folded(words)
    return written.some((one) => (one.length < SHORTEST ? where === one : where.includes(one)))
  }
  const gone = (name: string, value: unknown) =>
    (isOwn && WRITTEN_INPUTS.includes(name)) || hasWords(value, are)
  const operation: Partial<OperationRow> = isOwn
    ? {
        actor: JSON.stringify({ role: actorIn(row.actor)?.role ?? 'system', label: '' }),
        subject: `erased ${row.id}`,
        idempotency_key: 'erased',
        fingerprint: '',
      }
    : {}
  for (const column of OPERATION_WORDS) {
    const value = parsedJson(row[column] ?? 'null')
    if (column === 'input') {
      const input = membersOf(row.input)
      const kept = Object.entries(input).filter(([name, one]) => !gone(name, one))
      // Left out rather than emptied: an empty value could be asked for again.
      if (kept.length < Object.keys(input).length)
        operation.input = JSON.stringify(Object.fromEntries(kept))
    } else if (column === 'verdict' && isVerdictOf(person, value))
      operation.verdict = JSON.stringify({ verdict: membersOf(row.verdict ?? '{}').verdict })
    else if (hasWords(value, are)) operation[column] = JSON.stringify(emptied(value, are))
  }
  const changed = steps.flatMap((step) => {
    const set: Partial<StepRow> = {}
    for (const column of STEP_WORDS) {
      const value = parsedJson(step[column] ?? 'null')
      if (hasWords(value, are)) set[column] = JSON.stringify(emptied(value, are))
    }
    return Object.keys(set).length === 0 ? [] : [{ seq: step.seq, set }]
  })
  return Object.keys(operation).length === 0 && changed.length === 0
    ? undefined
    : { operation, steps: changed }
}
