/** The nearest `<provision-session>` around an element, also outside the shadow roots it stands in. */
export function sessionAround(element: Element): Element | undefined {
  let at: Element | undefined = element
  while (at !== undefined) {
    const found: Element | null = at.closest('provision-session')
    if (found !== null) return found
    const root: Node = at.getRootNode()
    at = root instanceof ShadowRoot ? root.host : undefined
  }
  return undefined
}

/** Origin of a script that is served under `/widgets/`, as the BFF serves it; of no other. */
export function scriptOrigin(script: string): string | undefined {
  const { origin, pathname, protocol } = new URL(script)
  return protocol.startsWith('http') && /^\/widgets\/\d/.test(pathname) ? origin : undefined
}
