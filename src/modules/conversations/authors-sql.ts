/** Whether a member of a team gave an answer, here or where it was imported from. */
export function isOfMember(alias: string): string {
  return `(${alias}.author_id is not null or ${alias}.imported_author is not null)`;
}

/** The `MessageAuthor` of a message. */
export function authorOf(alias: string): string {
  return `case when ${alias}.role = 'user' then 'visitor' when ${isOfMember(alias)} then 'member' else 'bot' end`;
}

/** A member, as its own workspace names it. */
export function authorIdOf(alias: string, column = 'author_id'): string {
  return `coalesce(${alias}.${column}::text, nullif(${alias}.imported_author, ''))`;
}
