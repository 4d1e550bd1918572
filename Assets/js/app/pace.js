// How often work is done that is asked for more often.

/** Runs one at a time; asked again meanwhile, it runs once more. */
export function single(work) {
  let isRunning = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      try {
        await work();
      } catch {
        // The line at the top says what is wrong; the next event, or the next connection, asks again.
      }
    }
    isRunning = false;
  };
}

/** Runs once for all that asks within the delay. */
export function soon(work, delay) {
  let timer;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, delay);
  };
}
