using System.Text.Encodings.Web;
using System.Text.Json;
using VirtAgents.Deploy.Tests.Grafana;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>The files are written from the boards, so that a hundred queries say the same things in the same way.</summary>
public sealed class DashboardFilesTests
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Files_Boards_Agree()
    {
        Dictionary<string, string> expected = Board.All.ToDictionary(b => $"{b.Name}.json", b => b.ToJson().ToJsonString(Format) + "\n");
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_REWRITE_DOCS") == "1")
        {
            foreach ((string name, string text) in expected)
            {
                File.WriteAllText(Path.Combine(Repository.Dashboards, name), text);
            }
        }

        Assert.Equal(expected.Keys.Order(), Directory.GetFiles(Repository.Dashboards).Select(Path.GetFileName).Order());
        Assert.All(expected, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(Repository.Dashboards, file.Key))));
    }
}
