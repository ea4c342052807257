using System.Text.RegularExpressions;
using CsCheck;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Model;

public sealed class NameGlobTests
{
    [Theory]
    [InlineData("web-*", "web-1", true)]
    [InlineData("web-?", "web-1", true)]
    [InlineData("web-?", "web-", false)]
    [InlineData("web-?", "web-12", false)]
    [InlineData("*-1", "web-1-1", true)]
    [InlineData("Web", "web", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("?", "", false)]
    [InlineData("a[b]", "ab", false)]
    public void Matches_Name_AsTheGlobSays(string glob, string name, bool expected) => Assert.Equal(expected, new NameGlob(glob).Matches(name));

    [Fact]
    public void Matches_AnyGlob_AsTheSameRegularExpression()
    {
        Gen<string> text = Gen.Char["ab"].Array[0, 8].Select(c => new string(c));
        Gen<string> glob = Gen.Char["ab*?"].Array[0, 8].Select(c => new string(c));
        Gen.Select(glob, text).Sample((pattern, name) => Assert.Equal(
            Regex.IsMatch(name, "^" + pattern.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.') + "$"),
            new NameGlob(pattern).Matches(name)));
    }
}
