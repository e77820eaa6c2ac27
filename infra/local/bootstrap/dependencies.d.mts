export const isLeft: (lock: string) => boolean
export const installDependencies: () => Promise<string>
