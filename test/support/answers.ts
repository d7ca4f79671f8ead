/** Everything that is given. */
export async function all<T>(given: AsyncIterable<T>): Promise<T[]> {
  const answers: T[] = [];
  for await (const one of given) answers.push(one);
  return answers;
}

/** The only one of what gives one. */
export async function only<T>(given: AsyncIterable<T>): Promise<T> {
  const answers = await all(given);
  if (answers.length !== 1) throw new Error(`${answers.length} answers where one was expected`);
  return answers[0]!;
}
