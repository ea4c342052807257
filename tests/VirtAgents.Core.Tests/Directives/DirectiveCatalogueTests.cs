using System.Text.RegularExpressions;
using VirtAgents.Core.Directives;

namespace VirtAgents.Core.Tests.Directives;

public partial class DirectiveCatalogueTests
{
    [Fact]
    public void All_EveryKind_IsThereOnceUnderItsName()
    {
        Assert.Equal(Enum.GetValues<DirectiveKind>().Where(k => k != DirectiveKind.None), DirectiveCatalogue.All.Select(d => d.Kind));
        Assert.All(DirectiveCatalogue.All, d => Assert.Same(d, DirectiveCatalogue.Find(d.Name)));
        Assert.Equal("set_nic_limit", DirectiveCatalogue.Find(DirectiveKind.SetNicLimit)!.Name);
    }

    [Fact]
    public void All_Parameters_AreNamedOnceInSnakeCaseAndHaveARange() =>
        Assert.All(DirectiveCatalogue.All, definition =>
        {
            Assert.Equal(definition.Parameters.Length, definition.Parameters.Select(p => p.Name).Distinct().Count());
            Assert.All(definition.Parameters, parameter =>
            {
                Assert.Matches(SnakeCase(), parameter.Name);
                Assert.True(parameter.Max >= parameter.Min);
                Assert.Equal(parameter.Type == ParameterType.Choice, parameter.Choices.Length > 1);
            });
        });

    [Theory]
    [InlineData(DirectiveKind.Destroy)]
    [InlineData(DirectiveKind.Shutdown)]
    [InlineData(DirectiveKind.DeleteVolume)]
    [InlineData(DirectiveKind.SetMemory)]
    public void Find_KindThatCanCostData_IsDestructive(DirectiveKind kind) => Assert.True(DirectiveCatalogue.Find(kind)!.IsDestructive);

    [Fact]
    public void Find_KindThatThereIsNot_IsNull() => Assert.Null(DirectiveCatalogue.Find("teleport"));

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();

    [Fact]
    public void ProblemsWith_ParameterOfALaterVersion_IsRefusedAndNotLeftOut()
    {
        DirectiveDefinition now = DirectiveCatalogue.Find(DirectiveKind.CreateVolume)!, before = now with { Parameters = now.Parameters.RemoveAll(p => p.Name == DirectiveCatalogue.Allocation) };
        Dictionary<string, string> full = new() { ["pool"] = "p", ["volume"] = "v", ["capacity_bytes"] = "1048576", ["allocation"] = "full" };

        Assert.Empty(now.ProblemsWith(full));
        Assert.StartsWith("create_volume has no parameter 'allocation'; it takes pool, volume, capacity_bytes, format", Assert.Single(before.ProblemsWith(full)), StringComparison.Ordinal);
    }
}
