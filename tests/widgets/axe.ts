import 'axe-core/axe.js'
import type { AxeResults, RunOptions } from 'axe-core'

// The script has no exports: it puts itself into the page.
const { axe } = window as unknown as {
  axe: { run(element: Element, options: RunOptions): Promise<AxeResults> }
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What WCAG 2.2 A and AA find wrong with an element, one line per place. */
export async function accessibilityFaults(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, { runOnly: { type: 'tag', values: TAGS } })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary ?? ''}`),
  )
}
