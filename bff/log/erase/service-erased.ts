import type { FieldRow } from '../../../db/fields.ts'
import type { ServiceRow } from '../../../db/services.ts'
import { namedIn, type Person, parsedJson } from './person.ts'
import { hasWords } from './words.ts'

/** Columns of a service that may name a person; all of them may be null. */
const NAMING = [
  'label',
  'username',
  'domain',
  'package',
  'owner',
  'snapshot',
  'last_suspend',
] as const satisfies readonly (keyof ServiceRow)[]

/** What becomes of a service and its fields. */
export interface ServiceErased {
  readonly set: Partial<ServiceRow>
  /** Names of the fields that go. */
  readonly fields: readonly string[]
  /** Whether the account behind it still names the person: that is the account's to change first. */
  readonly stays: boolean
}

/** Whether nothing stands behind a record any more, or yet: then all of it may go. Pure. */
function isIdle({ state, bound_at }: ServiceRow): boolean {
  return bound_at === null && (state === 'deleted' || state === 'unprovisioned')
}

/**
 * What of a service and its fields names a person. The label and what staff wrote go in any case; what the record says of
 * an account goes only where there is none: of a living one it is what the account is. Undefined where it names nobody.
 * Pure.
 *
 * @param isBusy whether an operation is planned or under way for it
 */
export function serviceErased(
  person: Person,
  service: ServiceRow,
  fields: readonly FieldRow[],
  isBusy: boolean,
): ServiceErased | undefined {
  const are = (words: string) => namedIn(person, words)
  const columns = NAMING.filter((name) => {
    const value = service[name]
    if (value === null) return false
    return name === 'snapshot' || name === 'last_suspend'
      ? hasWords(parsedJson(value), are)
      : are(value)
  })
  const values = fields.filter(({ value }) => hasWords(parsedJson(value), are))
  if (columns.length === 0 && values.length === 0) return undefined
  // An operation may be about to give it an account: what it says is needed until then.
  if (isBusy && service.bound_at === null) return { set: {}, fields: [], stays: true }
  const mayGo = isIdle(service)
  const set: Partial<ServiceRow> = {}
  for (const name of columns) {
    if (!mayGo && name !== 'label') continue
    set[name] = null
    if (name === 'snapshot') set.snapshot_at = null
  }
  const gone = values.filter(({ name, source }) => mayGo || source === 'staff' || name === 'label')
  return {
    set,
    fields: gone.map(({ name }) => name),
    stays: columns.some((name) => set[name] === undefined) || gone.length < values.length,
  }
}
