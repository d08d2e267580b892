import type { Field, Fields } from '../../bff/contract/resources.ts'
import type { ProvisionProblem } from '../session/problem.ts'

/** A value that is being changed in place. */
export interface Draft {
  readonly typed: string
  /** Sent, and not answered yet. */
  readonly saving: boolean
  readonly problem: ProvisionProblem | undefined
}

/** Drafts by the name of their field. */
export type Drafts = ReadonlyMap<string, Draft>

export type DraftEvent =
  | { readonly type: 'edited'; readonly field: Field }
  | { readonly type: 'cancelled'; readonly name: string }
  | { readonly type: 'sent'; readonly name: string; readonly typed: string }
  | { readonly type: 'refused'; readonly name: string; readonly problem: ProvisionProblem }
  | { readonly type: 'saved'; readonly name: string }
  /** What the BFF says the fields are now. */
  | { readonly type: 'listed'; readonly fields: readonly Field[] }

/** A field's value as text; a list has one item per line. Pure. */
export function valueText({ value }: Pick<Field, 'value'>): string {
  return value === null ? '' : typeof value === 'string' ? value : value.join('\n')
}

/** The drafts after an event; one that does not fit changes nothing. Pure. */
export function next(drafts: Drafts, event: DraftEvent): Drafts {
  if (event.type === 'listed') {
    const editable = new Set(
      event.fields.filter((field) => field.editable).map((field) => field.name),
    )
    return new Map([...drafts].filter(([name]) => editable.has(name)))
  }
  const name = event.type === 'edited' ? event.field.name : event.name
  const known = drafts.get(name)
  const changed = new Map(drafts)
  switch (event.type) {
    case 'edited':
      if (known !== undefined || !event.field.editable) return drafts
      return changed.set(name, {
        typed: valueText(event.field),
        saving: false,
        problem: undefined,
      })
    case 'cancelled':
      // What has been sent cannot be called back.
      if (known === undefined || known.saving) return drafts
      changed.delete(name)
      return changed
    case 'sent':
      if (known === undefined || known.saving) return drafts
      return changed.set(name, { typed: event.typed, saving: true, problem: undefined })
    case 'refused':
      if (known === undefined) return drafts
      return changed.set(name, { ...known, saving: false, problem: event.problem })
    case 'saved':
      changed.delete(name)
      return changed
  }
}

/** What a refusal says of one field, by its JSON pointer; nothing if it is about something else. Pure. */
export function faultOf(name: string, problem: ProvisionProblem | undefined): string | undefined {
  const pointer = `/fields/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return problem?.errors.find((fault) => fault.pointer === pointer)?.text
}

export interface Group {
  readonly name: string
  readonly label: string
  readonly fields: readonly Field[]
}

/** How many fields are seen at first when the page does not say. */
const FEW = 4

/** How many fields are seen at first: `all`, or a whole number; what is neither is 4. Pure. */
export function shownAtFirst(show: string | null): number {
  if (show?.trim() === 'all') return Number.POSITIVE_INFINITY
  return /^\s*[1-9]\d*\s*$/.test(show ?? '') ? Number(show) : FEW
}

/** The first fields in the BFF's order, by group in the order of first appearance. Pure. */
export function grouped({ fields }: Fields, most: number): Group[] {
  const groups = new Map<string, Field[]>()
  for (const field of fields.slice(0, most)) {
    const group = groups.get(field.group) ?? []
    group.push(field)
    groups.set(field.group, group)
  }
  return [...groups].map(([name, members]) => ({
    name,
    label: members[0]?.group_label ?? name,
    fields: members,
  }))
}
