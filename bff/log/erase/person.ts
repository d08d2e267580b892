import { type StoredActor, storedActorSchema } from '../stored-actor.ts'

/** Who is looked for. At least one of `subject` and `names` says something. */
export interface Person {
  /** `sub` of their tokens, exactly. */
  readonly subject: string | undefined
  /** What names them wherever it is written: names, e-mail addresses. */
  readonly names: readonly string[]
  /** What they were called where they acted; looked for as the name of who acted, never inside words. */
  readonly called: readonly string[]
}

/** How somebody was told to be who acted: by their token, or by nothing but a name that others may share. */
export type Told = 'subject' | 'name'

/** One form for texts that read the same: case, width and white space do not count. Pure. */
export function folded(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase()
}

/** Whether words hold a text that names the person. Pure. */
export function namedIn(person: Pick<Person, 'names'>, words: string): boolean {
  const where = folded(words)
  return person.names.some((name) => where.includes(folded(name)))
}

function isCalled(person: Person, label: string | undefined): boolean {
  if (label === undefined || label === '') return false
  const name = folded(label)
  return (
    namedIn(person, label) ||
    [person.subject ?? '', ...person.called].some((other) => folded(other) === name)
  )
}

/**
 * Whether it was the person who acted, for themselves or for another. Whose token it was decides where that is kept and
 * asked for; else the name does. Pure.
 */
export function hasActed(person: Person, actor: StoredActor): Told | undefined {
  const { subject, act_subject } = actor
  if (person.subject !== undefined && subject !== undefined)
    return person.subject === subject || person.subject === act_subject ? 'subject' : undefined
  return isCalled(person, actor.label) || isCalled(person, actor.act) ? 'name' : undefined
}

/** What the person is called in an actor that their token tells them by. Pure. */
export function labelOf(person: Person, actor: StoredActor): string | undefined {
  if (person.subject === undefined) return undefined
  if (actor.subject === person.subject) return actor.label
  return actor.act_subject === person.subject ? actor.act : undefined
}

/** The actor of a row; undefined for what is none. Pure. */
export function actorIn(json: string): StoredActor | undefined {
  const parsed = storedActorSchema.safeParse(parsedJson(json))
  return parsed.success ? parsed.data : undefined
}

/** @returns undefined for what is no JSON */
export function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
