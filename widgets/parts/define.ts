/**
 * Defines an element where nobody has. The first definition on a page stays; a second copy of these scripts warns once.
 * On a server, where there is no page, nothing happens.
 */
export function define(tag: string, element: CustomElementConstructor): void {
  if (typeof document === 'undefined') return
  const known = customElements.get(tag)
  if (known === undefined) customElements.define(tag, element)
  else if (known !== element)
    import('./second-copy.ts').then(
      ({ warnOfSecondCopy }) => warnOfSecondCopy(tag, known),
      // Without the words there is no warning; the elements work all the same.
      () => undefined,
    )
}
