import type { Action } from '../../bff/contract/action.ts'

export interface Group {
  /** Empty where the page itself has put the actions in order. */
  readonly label: string
  readonly actions: readonly Action[]
}

export interface Arrangement {
  readonly groups: readonly Group[]
  readonly blocked: readonly Action[]
  /** Names the page asks for that are not offered. */
  readonly unknown: readonly string[]
}

const RANK = { none: 0, medium: 0, high: 1, irreversible: 2 } as const

function mildest(actions: readonly Action[]): number {
  return Math.min(...actions.map(({ danger }) => RANK[danger]))
}

/**
 * Puts actions in order: by group, dangerous ones last, or as the page names them. Pure.
 *
 * @param wanted `all` or nothing for all; else names, separated by spaces or commas. It only leaves out, it never adds
 */
export function arrange(actions: readonly Action[], wanted: string | null): Arrangement {
  const names = (wanted ?? '').split(/[\s,]+/).filter((name) => name !== '')
  const isAll = names.length === 0 || (names.length === 1 && names[0] === 'all')
  if (!isAll) {
    const named = [...new Set(names)].map((name) => actions.find((action) => action.name === name))
    const found = named.filter((action) => action !== undefined)
    const open = found.filter(({ state }) => state === 'available')
    return {
      groups: open.length === 0 ? [] : [{ label: '', actions: open }],
      blocked: found.filter(({ state }) => state === 'blocked'),
      unknown: names.filter((name) => !actions.some((action) => action.name === name)),
    }
  }
  const sorted = [...actions].sort(
    (a, b) => RANK[a.danger] - RANK[b.danger] || a.order - b.order || (a.name < b.name ? -1 : 1),
  )
  const groups = new Map<string, { label: string; actions: Action[] }>()
  for (const action of sorted) {
    if (action.state === 'blocked') continue
    const group = groups.get(action.group) ?? { label: action.group_label, actions: [] }
    group.actions.push(action)
    groups.set(action.group, group)
  }
  const first = ({ actions }: Group) => Math.min(...actions.map(({ order }) => order))
  return {
    groups: [...groups.values()].sort(
      (a, b) => mildest(a.actions) - mildest(b.actions) || first(a) - first(b),
    ),
    blocked: sorted.filter(({ state }) => state === 'blocked'),
    unknown: [],
  }
}

/** The one action that stands for all where there is room for one. */
export function foremost({ groups }: Arrangement): Action | undefined {
  const open = groups.flatMap(({ actions }) => actions)
  return open.find(({ highlight }) => highlight) ?? open.find(({ danger }) => danger === 'none')
}
