using System.Text;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Fuzz;

/// <summary>Damaged configuration files: the agent accepts or refuses them with a message, it never crashes or hangs.</summary>
public sealed class ConfigurationFuzzTests
{
    private const int Fine = 0, Refused = 2;

    [Fact]
    public async Task Check_DamagedFile_AcceptsOrRefusesWithAMessage()
    {
        var budget = new FuzzBudget();
        var random = new Random(budget.Seed);
        byte[] original = Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "agent.json"), TestContext.Current.CancellationToken));
        string file = Path.GetTempFileName();
        try
        {
            while (budget.IsLeft)
            {
                byte[] damaged = Mutation.Of(original, random);
                await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);
                (int exitCode, string output) = await RunningProgram.RunAsync(Repository.Agent, TimeSpan.FromSeconds(20), "--config", file, "--check");
                Assert.True(
                    exitCode == Fine || (exitCode == Refused && output.Length > 0),
                    $"exit code {exitCode} (seed {budget.Seed}) for:\n{Encoding.UTF8.GetString(damaged)}\n{output}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
