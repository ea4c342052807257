using System.CommandLine;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Cli.Stores;

/// <summary>The file of an embedded store, and how it is opened without a collector or beside one.</summary>
internal static class StoreFile
{
    private static readonly string[] Usual = ["/var/lib/virtagents/store.db", ".virtagents/store.db"];

    public static Option<string?> Option() => new("--path")
    {
        Description = "The file, as Store:Embedded:Path of the collector says. Default: the first that is there of " + string.Join(", ", Usual) + ".",
        HelpName = "FILE",
    };

    /// <summary>Opens the file, does something with it and closes it.</summary>
    public static async Task<T> UseAsync<T>(
        CommandContext context, string? path, bool readOnly, Func<EmbeddedStore, Task<T>> use, CancellationToken cancel)
    {
        var file = path ?? Usual.FirstOrDefault(File.Exists) ?? throw new CliFailureException(
            ExitCode.NotFound, $"none of {string.Join(", ", Usual)} is there; name the file with --path.");
        if (!File.Exists(file))
        {
            throw new CliFailureException(ExitCode.NotFound, $"{file} does not exist; name the file of the store with --path.");
        }

        try
        {
            // Nothing but newest values needs the cache, and nobody asks for those here.
            await using var store = new EmbeddedStore(new EmbeddedStoreOptions { Path = file, ReadOnly = readOnly, WarmBytes = 0 }, context.Environment.Time);
            await store.OpenAsync(cancel);
            return await use(store);
        }
        catch (StoreUnusableException e)
        {
            throw new CliFailureException(ExitCode.Failure, e.Message, e);
        }
        catch (Exception e) when (LacksSqlite(e))
        {
            throw new CliFailureException(
                ExitCode.Failure, "libe_sqlite3.so is not there, and only 'store' needs it: copy it from where virtctl was published to beside virtctl, or to /usr/lib.", e);
        }
    }

    // The library is loaded while types are set up, which wraps the reason several times.
    private static bool LacksSqlite(Exception problem) => problem is DllNotFoundException || (problem.InnerException is { } inner && LacksSqlite(inner));
}
