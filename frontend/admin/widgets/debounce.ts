/** The last call within `wait` milliseconds wins. */
export function debounce<A extends unknown[]>(call: (...args: A) => void, wait = 250): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => call(...args), wait)
  }
}
