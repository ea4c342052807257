using System.Diagnostics;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>The types and the compiler, restored into a directory of their own.</summary>
public sealed class SchemaTypes : IAsyncLifetime
{
    // A text in JSON is no member of an enumeration of TypeScript, so each enumeration becomes the texts that it stands for.
    private const string Types = """
        import type { Dashboard } from '@grafana/schema';
        type Json<T> =
            T extends string ? `${T}` :
            T extends readonly (infer U)[] ? Json<U>[] :
            T extends object ? { [K in keyof T]: Json<T[K]> } :
            T;

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("virtagents-schema-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (string file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Schema", file), Path.Combine(_directory.FullName, file));
        }

        (int code, string output) = await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier");
        Assert.True(code == 0, $"npm ci ended with {code}:\n{output}");
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>What the compiler says of dashboards; empty when nothing is wrong.</summary>
    internal async Task<string> CheckAsync(IReadOnlyDictionary<string, string> dashboards)
    {
        string[] files = [.. dashboards.Keys.Select(name => $"{name}.ts")];
        foreach ((string name, string json) in dashboards)
        {
            await File.WriteAllTextAsync(Path.Combine(_directory.FullName, $"{name}.ts"), $"{Types}export const d: Json<Dashboard> = {json};\n", Cancel);
        }

        (int code, string output) = await RunAsync(
            Path.Combine(_directory.FullName, "node_modules", ".bin", "tsc"),
            ["--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler", "--module", "esnext", "--target", "es2020", "--pretty", "false", .. files]);
        Assert.True(code == 0 == (output.Length == 0), $"tsc ended with {code}:\n{output}");
        return output;
    }

    private async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = _directory.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancel);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        try
        {
            await process.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return (process.ExitCode, await output + await errors);
    }
}
