// Who hears what: the parts of the page listen to the desk and not to each other.

export class Ears<Events> {
  private readonly ears = new Map<keyof Events, ((value: never) => void)[]>();

  on<K extends keyof Events>(event: K, ear: (value: Events[K]) => void): void {
    this.ears.set(event, [...(this.ears.get(event) ?? []), ear]);
  }

  tell<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const ear of this.ears.get(event) ?? []) (ear as (value: Events[K]) => void)(value);
  }
}
