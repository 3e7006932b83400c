/**
 * Names of the web that a signing client's types use, and that Node's types give no global name.
 *
 * @module
 */
type HeadersInit = NonNullable<ConstructorParameters<typeof Headers>[0]>;
type BodyInit = NonNullable<ConstructorParameters<typeof Response>[0]>;
