/** Calls back when the page is hidden or left, also for "back"; the answer ends it. Safe where there is no document. */
export function onPageHidden(run: () => void): () => void {
  const page = typeof document === 'undefined' ? undefined : document
  const changed = () => {
    if (page?.visibilityState === 'hidden') run()
  }
  page?.addEventListener('visibilitychange', changed)
  globalThis.addEventListener?.('pagehide', run)
  return () => {
    page?.removeEventListener('visibilitychange', changed)
    globalThis.removeEventListener?.('pagehide', run)
  }
}
