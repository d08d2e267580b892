import type { StoredLink } from '../../../db/links.ts'
import { ERASURE_CODE, type Erased, partDigest } from '../chain/forms.ts'
import { actorIn, hasActed, namedIn, type Person, parsedJson, type Told } from './person.ts'
import { hasWords } from './words.ts'

/** How an entry came to be found. */
export type FoundBy = Told | 'words'

/** What of an entry is erased. */
export interface EntryParts {
  readonly by: FoundBy
  readonly parts: readonly Erased[]
}

/** Code of a detail whose value is somebody's `sub`. */
const SUBJECT_DETAIL = 'detail.subject'

function namesSubject(detail: unknown, subject: string | undefined): boolean {
  return (
    subject !== undefined &&
    Array.isArray(detail) &&
    detail.some(
      (one: unknown) =>
        typeof one === 'object' &&
        one !== null &&
        Reflect.get(one, 'code') === SUBJECT_DETAIL &&
        Reflect.get(one, 'value') === subject,
    )
  )
}

/**
 * The parts of a sealed entry in which a person is named, with the digests that stand for them from then on; undefined
 * where there are none, or none any more. Pure.
 */
export function partsNaming(person: Person, { seal, entry }: StoredLink): EntryParts | undefined {
  if (entry === undefined || entry.code === ERASURE_CODE) return undefined
  const are = (words: string) => namedIn(person, words)
  const actor = actorIn(entry.actor)
  const told = actor === undefined ? undefined : hasActed(person, actor)
  const parts: Erased[] = []
  // Whoever else acted in the same entry goes too: it has one part for both.
  if (seal.who_salt !== null && (told !== undefined || are(entry.reason ?? '')))
    parts.push([entry.id, 'who', partDigest('who', seal.who_salt, entry)])
  if (seal.what_salt !== null) {
    const detail = parsedJson(entry.detail ?? 'null')
    if (hasWords([parsedJson(entry.params), detail], are) || namesSubject(detail, person.subject))
      parts.push([entry.id, 'what', partDigest('what', seal.what_salt, entry)])
  }
  return parts.length === 0 ? undefined : { by: told ?? 'words', parts }
}
